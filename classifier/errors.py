"""What can go wrong with an artefact, a base encoder or training data, as one clear line each."""

from pathlib import Path

from kentongan.errors import BadInput, KentonganError


class ClassifierError(KentonganError):
    """The classifier cannot do what was asked; the message says why."""


class ArtefactMissing(ClassifierError):
    """There is no artefact in this folder, or a file of it is not there."""

    def __init__(self, path: Path) -> None:
        super().__init__(f"model artefact: {path} is not there")


class ArtefactDamaged(ClassifierError):
    """A file of the artefact is not what its manifest says, or cannot be read."""

    def __init__(self, path: Path, problem: str) -> None:
        super().__init__(f"model artefact: {path}: {problem}")


class BaseUnreadable(BadInput):
    """The file of base weights does not have the layout that MODEL_BASE describes."""

    def __init__(self, path: Path, problem: str) -> None:
        super().__init__(f"{path}: not a base encoder that can be read: {problem}")


class TrainingDataMissing(BadInput):
    """A data set that training needs is not in the data folder, or a row of it is broken."""

    def __init__(self, path: Path, problem: str) -> None:
        super().__init__(f"{path}: {problem}")


class CheckpointOfAnotherRun(BadInput):
    """The run folder holds a checkpoint made with other settings, texts or another start."""

    def __init__(self, path: Path) -> None:
        super().__init__(f"{path}: of another run (other settings, texts or start); give --run a new folder")
