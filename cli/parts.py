"""Builds the parts of the service from the settings, and closes them again."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from threading import RLock
from typing import TYPE_CHECKING

from cli.logs import set_up_logs
from crawler.source_file import SourceFile
from crawler.source_set import sources_for
from kentongan.errors import SettingError
from kentongan.region import Region, read_region
from kentongan.settings import Settings, read_settings
from kentongan.store import Store, open_store
from search.factory import build_index
from search.index import SearchIndex

if TYPE_CHECKING:
    from classifier.assess import Assessor
    from pipeline.matching import Matcher
    from pipeline.traits import TraitReader
    from pipeline.work import Worker, WorkReport


@dataclass
class Parts:
    """What commands work with; each part is made when first asked for."""

    settings: Settings
    _loading: RLock = field(default_factory=RLock, init=False, repr=False)

    @cached_property
    def region(self) -> Region:
        return read_region(self.settings.region)

    def read_sources(self) -> list[SourceFile]:
        """Return the sources of this deployment, active or not; raises SourceFileError."""
        return sources_for(self.own_sources, self.settings.region)

    @property
    def own_sources(self) -> Path | None:
        """Where the deployment keeps source files of its own; None when it has none."""
        folder = self.settings.home / "sources"
        return folder if folder.is_dir() else None

    @cached_property
    def store(self) -> Store:
        try:
            self.settings.home.mkdir(parents=True, exist_ok=True)
        except OSError as exc:
            raise _home_error(exc) from exc
        return open_store(self.settings.database_url)

    @cached_property
    def index(self) -> SearchIndex:
        return build_index(self.settings)

    @property
    def model_is_pinned(self) -> bool:
        """Tell whether KENTONGAN_MODEL names a model of its own: then learnt ones do not count."""
        return self.settings.model_dir != read_settings({}).model_dir

    @property
    def assessor(self) -> "Assessor":
        """The model in use; loaded once, whichever thread asks first."""
        with self._loading:
            return self._assessor

    @cached_property
    def _assessor(self) -> "Assessor":
        from classifier.artefact import load_artefact  # torch: only where a model is needed
        from classifier.assess import Assessor
        from classifier.current import load_current

        shipped = self.settings.model_dir
        artefact = (
            load_artefact(shipped) if self.model_is_pinned else load_current(self.settings.home, shipped)
        )
        return Assessor(artefact, threads=self.settings.torch_threads)

    @cached_property
    def traits(self) -> "TraitReader":
        from pipeline.traits import TraitReader

        def regions() -> dict[str, str]:
            return {source.name: source.region for source in self.store.items.sources()}

        return TraitReader(self.region, self.settings.home, regions)

    def worker(self, progress: "Callable[[WorkReport], None]" = lambda report: None) -> "Worker":
        """Return the conveyor over these parts; it tells `progress` after each batch."""
        from pipeline.linking import Linker
        from pipeline.saving import read_rules
        from pipeline.watching import watched_loader
        from pipeline.work import Worker

        linker = Linker(self.index, self.store.items.views, self.assessor, self.traits.everyday)
        return Worker(
            self.store,
            self.index,
            self.assessor,
            self.matcher,
            linker,
            self.traits,
            load=watched_loader(self.store, read_rules(self.region, self.settings.home)),
            progress=progress,
        )

    @cached_property
    def matcher(self) -> "Matcher":
        from pipeline.matching import Matcher

        return Matcher(
            self.index,
            self.store.fact_checks.get_many,
            self.assessor,
            suggest=self.settings.match_suggest,
            confirm=self.settings.match_confirm,
        )

    def close(self) -> None:
        for name in ("index", "store"):
            if name in self.__dict__:
                self.__dict__[name].close()


def _home_error(exc: OSError) -> SettingError:
    return SettingError("KENTONGAN_HOME", f"{exc.filename}: {exc.strerror}")


def _check_home(home: Path) -> None:
    """Raise SettingError when the data folder can never be one; make nothing."""
    try:
        nearest = next(folder for folder in (home, *home.parents) if folder.exists())
    except OSError as exc:
        raise _home_error(exc) from exc
    if not nearest.is_dir():
        raise SettingError("KENTONGAN_HOME", f"{nearest} is a file, not a folder")


@contextmanager
def open_parts() -> Iterator[Parts]:
    """Yield the parts for this process's environment; raises SettingError for a bad one."""
    parts = Parts(read_settings(os.environ))
    set_up_logs(parts.settings.log_level)
    try:
        _check_home(parts.settings.home)
        _ = parts.region  # a bad region or home stops every command alike
        yield parts
    finally:
        parts.close()
