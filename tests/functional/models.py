"""The shipped model as the web UI of an invented city has it."""

from classifier.assess import Assessor
from pipeline.checking import CheckedText, Checker, check_text
from pipeline.matching import Matcher
from tests.web_city import Site


def city_checker(site: Site, assessor: Assessor) -> Checker:
    """Return what looks at a text, against the site's own record and index."""

    def check(text: str) -> CheckedText:
        assert site.index is not None
        matcher = Matcher(site.index, site.store.fact_checks.get_many, assessor)
        return check_text(text, assessor, site.store, site.index, matcher)

    return check
