"""The indexes behind one alias: made, told apart, exchanged and swept away.

Owns: names, the alias, the index template, and what marks a rebuild. Each index is named
`<alias>-YYYYMMDDhhmmss...`. While one is being filled, the alias `<alias>-building` points to it, and
its heartbeat in `_meta` tells a rebuild that lives from one that died. The clocks of the machines
must agree to within two minutes.
"""

import time
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from elasticsearch import Elasticsearch, NotFoundError

from search.elastic_errors import BLOCKED, FULL_DISK, REBUILD
from search.index import IndexNotReady, IndexUnavailable
from search.mapping import SCHEMA, changeable_settings, is_current, mapping, settings, template, version

_STAMP_DIGITS = 20
_ABANDONED_SECONDS = 120.0  # a rebuild silent for so long has died
_CHECK_SECONDS = 30.0


class Indexes:
    """The alias and what lies behind it. Errors are the client's own."""

    def __init__(self, client: Elasticsearch, alias: str, replicas: int | None) -> None:
        self._client = client
        self.alias = alias
        self.building = f"{alias}-building"
        self._replicas = replicas
        self._checked = -_CHECK_SECONDS

    def make_first(self) -> None:
        """Make template and index where there is none."""
        if not self._client.indices.exists_alias(name=self.alias):
            self._put_template()
            self.swap(self._create({}, settings(self._replicas)))

    def begin(self) -> str:
        """Return a new index to be filled. Raises IndexUnavailable when another is being filled."""
        if self.is_building():
            raise IndexUnavailable(f"search index {self.alias}: being rebuilt now")
        self.sweep()
        self._put_template()
        unseen = {**settings(0), "index.refresh_interval": "-1"}  # copies are made once, at the end
        name = self._create({"heartbeat": time.time()}, unseen, {self.building: {}})
        if min(self._client.indices.get_alias(name=self.building)) != name:  # two began at once
            self.drop(name)
            raise IndexUnavailable(f"search index {self.alias}: being rebuilt now")
        return name

    def beat(self, name: str) -> None:
        """Say that the rebuild lives."""
        self._client.indices.put_mapping(index=name, meta={**version(), "heartbeat": time.time()})

    def finish(self, name: str) -> int:
        """Make a filled index fit for searching and return how many documents it holds.

        Raises IndexUnavailable when another rebuild took this one for dead, and swept it away.
        """
        if name not in self._behind(self.building):
            raise IndexUnavailable(f"search index {self.alias}: another rebuild has taken over")
        self._client.indices.put_settings(index=name, settings=changeable_settings(self._replicas))
        self._client.indices.refresh(index=name)
        self._client.indices.put_mapping(index=name, meta=version())
        return int(self._client.count(index=name)["count"])

    def swap(self, name: str) -> None:
        """Point the alias to `name` and to nothing else, in one step; the building alias goes."""
        actions: list[dict[str, Any]] = [{"add": {"index": name, "alias": self.alias}}]
        for index, held in self._ours().items():
            if self.alias in held["aliases"] and index != name:
                actions.append({"remove": {"index": index, "alias": self.alias}})
            if self.building in held["aliases"]:
                actions.append({"remove": {"index": index, "alias": self.building}})
        self._client.indices.update_aliases(actions=actions)
        self._checked = -_CHECK_SECONDS

    def sweep(self) -> None:
        """Delete our indexes that no alias needs: those before a swap, and of rebuilds that died."""
        for index, held in self._ours().items():
            if self.alias not in held["aliases"]:
                self.drop(index)

    def drop(self, name: str) -> None:
        self._client.options(ignore_status=404).indices.delete(index=name)

    def check(self) -> None:
        """Ask for the version behind the alias, at most once in a while. Raises IndexNotReady."""
        if time.monotonic() < self._checked + _CHECK_SECONDS:
            return
        if not is_current(self._meta(self.alias)):
            raise IndexNotReady(f"search index {self.alias}: made by another version: {REBUILD}")
        self._checked = time.monotonic()

    def is_building(self) -> bool:
        if not self._behind(self.building):
            return False
        beat = float(self._meta(self.building).get("heartbeat", 0.0))
        return time.time() - beat < _ABANDONED_SECONDS

    def troubles(self) -> list[str]:
        """Return what is not as it should be though searches are answered, each with its mend."""
        found = []
        held = self._client.indices.get_settings(index=self.alias, name="index.blocks.*", flat_settings=True)
        blocks = {
            name for one in held.values() for name, value in one["settings"].items() if str(value) == "true"
        }
        if "index.blocks.read_only_allow_delete" in blocks:
            found.append(FULL_DISK)
        elif blocks:
            found.append(BLOCKED)
        if not is_current(self._template().get("_meta", {})):
            found.append(f"the index template {self.alias} is missing or of another version: {REBUILD}")
        return found

    def _blocks(self) -> frozenset[str]:
        held = self._client.indices.get_settings(index=self.alias)
        each = [one["settings"]["index"].get("blocks", {}) for one in held.values()]
        return frozenset(name for blocks in each for name, value in blocks.items() if value == "true")

    def _put_template(self) -> None:
        """Put the template of this version, unless a later one has put its own."""
        if int(self._template().get("version", 0)) <= SCHEMA:
            body = template(self.alias, self._replicas)
            self._client.indices.put_index_template(name=self.alias, **body)

    def _template(self) -> Mapping[str, Any]:
        try:
            found = self._client.indices.get_index_template(name=self.alias)["index_templates"]
        except NotFoundError:
            return {}
        held: Mapping[str, Any] = found[0]["index_template"]
        return held

    def _create(
        self, meta: Mapping[str, Any], chosen: Mapping[str, Any], aliases: Mapping[str, Any] | None = None
    ) -> str:
        """Make an index of this version, whatever template another version may have put."""
        name = f"{self.alias}-{datetime.now(UTC):%Y%m%d%H%M%S%f}"
        self._client.indices.create(
            index=name, mappings=mapping(meta), settings=chosen, aliases=aliases or {}
        )
        return name

    def _ours(self) -> Mapping[str, Any]:
        """Return our own indexes: the alias, a dash, twenty digits; never anyone else's."""
        found = self._client.indices.get(index=f"{self.alias}-*", allow_no_indices=True, features="aliases")
        size = len(self.alias) + 1
        return {
            name: held
            for name, held in found.items()
            if len(name) == size + _STAMP_DIGITS and name[size:].isdigit()
        }

    def _behind(self, alias: str) -> frozenset[str]:
        try:
            return frozenset(self._client.indices.get_alias(name=alias))
        except NotFoundError:
            return frozenset()

    def _meta(self, alias: str) -> Mapping[str, Any]:
        held = self._client.indices.get_mapping(index=alias)
        meta: Mapping[str, Any] = next(iter(held.values()))["mappings"].get("_meta", {})
        return meta
