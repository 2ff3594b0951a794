"""The settings choose the engine."""

from pathlib import Path

import pytest

from kentongan.errors import SettingError
from kentongan.settings import read_settings
from search.elastic import ElasticIndex
from search.embedded import EmbeddedIndex
from search.factory import build_index


def test_the_embedded_engine_lies_in_the_data_folder_and_building_it_makes_nothing(tmp_path: Path) -> None:
    index = build_index(read_settings({"KENTONGAN_HOME": str(tmp_path)}))
    assert isinstance(index, EmbeddedIndex)
    assert list(tmp_path.iterdir()) == []
    index.prepare()
    assert (tmp_path / "index" / "current").is_file()
    index.close()


def test_an_address_chooses_elasticsearch_without_asking_it() -> None:
    environment = {"KENTONGAN_SEARCH_URL": "http://127.0.0.1:9", "KENTONGAN_SEARCH_API_KEY": "a2V5"}
    index = build_index(read_settings(environment))
    assert isinstance(index, ElasticIndex)
    index.close()


def test_an_address_without_a_port_names_its_variable() -> None:
    with pytest.raises(SettingError, match=r"KENTONGAN_SEARCH_URL.*port"):
        build_index(read_settings({"KENTONGAN_SEARCH_URL": "http://search.example"}))
