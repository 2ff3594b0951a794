"""Builds the parts of the service from the settings, and closes them again."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from cli.logs import set_up_logs
from kentongan.region import Region, read_region
from kentongan.settings import Settings, read_settings
from kentongan.store import Store, open_store
from search.factory import build_index
from search.index import SearchIndex

if TYPE_CHECKING:
    from classifier.assess import Assessor
    from pipeline.matching import Matcher


@dataclass
class Parts:
    """What commands work with; each part is made when first asked for."""

    settings: Settings

    @cached_property
    def region(self) -> Region:
        return read_region(self.settings.region)

    @cached_property
    def store(self) -> Store:
        self.settings.home.mkdir(parents=True, exist_ok=True)
        return open_store(self.settings.database_url)

    @cached_property
    def index(self) -> SearchIndex:
        return build_index(self.settings)

    @cached_property
    def assessor(self) -> "Assessor":
        from classifier.artefact import load_artefact  # torch: only where a model is needed
        from classifier.assess import Assessor

        return Assessor(load_artefact(self.settings.model_dir), threads=self.settings.torch_threads)

    @cached_property
    def matcher(self) -> "Matcher":
        from pipeline.matching import Matcher

        return Matcher(
            self.index,
            self.store.fact_checks.get_many,
            self.assessor.pairs,
            suggest=self.settings.match_suggest,
            confirm=self.settings.match_confirm,
        )

    def close(self) -> None:
        for name in ("index", "store"):
            if name in self.__dict__:
                self.__dict__[name].close()


@contextmanager
def open_parts() -> Iterator[Parts]:
    """Yield the parts for this process's environment; raises SettingError for a bad one."""
    parts = Parts(read_settings(os.environ))
    set_up_logs(parts.settings.log_level)
    try:
        _ = parts.region  # a bad region stops every command alike
        yield parts
    finally:
        parts.close()
