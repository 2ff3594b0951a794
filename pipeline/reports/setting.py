"""From a deployment's settings and region to what a report is written out with."""

from kentongan.gazetteer import read_gazetteer
from kentongan.region import Region
from kentongan.reports.values import Report
from kentongan.settings import Settings
from pipeline.reports.document import Letterhead, Setting


def setting_of(report: Report, settings: Settings, region: Region) -> Setting:
    """Return letterhead, area, address and zone for a report of this installation."""
    letterhead = Letterhead(
        settings.office_name or region.title,
        settings.office_address,
        settings.office_logo,
        settings.office_template,
    )
    return Setting(letterhead, area_name(report.place, region), settings.public_url or "", region.time_zone)


def place_names(region: Region) -> dict[str, str]:
    """Return what the places of a region are called in a report, by code."""
    places = read_gazetteer(region.name).places
    return {code: f"{'Kel.' if p.is_kelurahan else 'Kec.'} {p.name}" for code, p in places.items()}


def area_name(place: str, region: Region) -> str:
    """Return what the area of a report is called, with its Kemendagri code; the city's for no place."""
    if not place:
        return f"{region.title} ({region.code})"
    return f"{place_names(region).get(place, place)}, {region.title} ({place})"
