"""The system of record: one SQL database, SQLite or PostgreSQL.

`Store` is what the other rooms hold; each of its parts owns one concern.
"""

from kentongan.store.alarms import Alarms
from kentongan.store.alert_counts import AlertCounts
from kentongan.store.alert_deliveries import AlertDeliveries
from kentongan.store.alert_rules import AlertRules
from kentongan.store.alerts import Alerts
from kentongan.store.areas import Areas
from kentongan.store.attempts import Attempts
from kentongan.store.audit import Audit
from kentongan.store.batches import Batches
from kentongan.store.claims import Claims
from kentongan.store.collect import Collector
from kentongan.store.conveyor import Conveyor
from kentongan.store.crawls import Crawls
from kentongan.store.database import Database
from kentongan.store.dialogues import Dialogues
from kentongan.store.edits import Edits
from kentongan.store.factchecks import FactChecks
from kentongan.store.factors import Factors
from kentongan.store.field_reports import FieldReports
from kentongan.store.incident_parts import IncidentParts
from kentongan.store.incidents import Incidents
from kentongan.store.invitations import Invitations
from kentongan.store.items import Items
from kentongan.store.keys import Keys
from kentongan.store.leases import Leases
from kentongan.store.matches import Matches
from kentongan.store.mornings import Mornings
from kentongan.store.narratives import Narratives
from kentongan.store.notes import Notes
from kentongan.store.outbox import Outbox
from kentongan.store.partners import Partners
from kentongan.store.proposals import Proposals
from kentongan.store.queue_views import QueueViews
from kentongan.store.rebuilds import Rebuilds
from kentongan.store.received import ReceivedBundles
from kentongan.store.refusals import Refusals
from kentongan.store.reports import Reports
from kentongan.store.requests import Requests
from kentongan.store.reviews import Reviews
from kentongan.store.round_reminders import RoundReminders
from kentongan.store.rounds import Rounds
from kentongan.store.saved import SavedSearches
from kentongan.store.saved_hits import SavedHits
from kentongan.store.schedule import Schedule
from kentongan.store.sessions import Sessions
from kentongan.store.share_pushes import SharePushes
from kentongan.store.shared import SharedBundles
from kentongan.store.statements import Statements
from kentongan.store.submissions import Submissions
from kentongan.store.teamwork import Teamwork
from kentongan.store.tokens import Tokens
from kentongan.store.trends import Trends
from kentongan.store.users import Users
from kentongan.store.votes import Votes
from kentongan.store.yields import Yields


class Store:
    """The record, by concern. Make one per process; close it at the end."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.collector = Collector(database)
        self.items = Items(database)
        self.fact_checks = FactChecks(database)
        self.conveyor = Conveyor(database)
        self.matches = Matches(database)
        self.claims = Claims(database)
        self.reviews = Reviews(database)
        self.batches = Batches(database, self.reviews)
        self.queue_views = QueueViews(database)
        self.votes = Votes(database)
        self.proposals = Proposals(database)
        self.leases = Leases(database)
        self.notes = Notes(database)
        self.edits = Edits(database)
        self.users = Users(database)
        self.sessions = Sessions(database)
        self.invitations = Invitations(database)
        self.attempts = Attempts(database)
        self.factors = Factors(database)
        self.tokens = Tokens(database)
        self.audit = Audit(database)
        self.narratives = Narratives(database)
        self.outbox = Outbox(database)
        self.rebuilds = Rebuilds(database)
        self.refusals = Refusals(database)
        self.crawls = Crawls(database)
        self.alarms = Alarms(database)
        self.alerts = Alerts(database)
        self.alert_rules = AlertRules(database)
        self.alert_deliveries = AlertDeliveries(database)
        self.alert_counts = AlertCounts(database)
        self.yields = Yields(database)
        self.schedule = Schedule(database)
        self.saved = SavedSearches(database)
        self.saved_hits = SavedHits(database)
        self.incidents = Incidents(database)
        self.incident_parts = IncidentParts(database)
        self.reports = Reports(database)
        self.rounds = Rounds(database)
        self.submissions = Submissions(database)
        self.round_reminders = RoundReminders(database)
        self.partners = Partners(database)
        self.shared = SharedBundles(database)
        self.share_pushes = SharePushes(database)
        self.received = ReceivedBundles(database)
        self.statements = Statements(database)
        self.areas = Areas(database)
        self.requests = Requests(database)
        self.keys = Keys(database)
        self.mornings = Mornings(database)
        self.teamwork = Teamwork(database)
        self.trends = Trends(database)
        self.dialogues = Dialogues(database)
        self.field_reports = FieldReports(database)

    def close(self) -> None:
        self.database.close()


def open_store(url: str) -> Store:
    """Return the record at `url`, its tables brought up to date.

    Raises StoreError when it cannot be opened or belongs to a newer version.
    """
    database = Database(url)
    try:
        database.upgrade()
    except BaseException:
        database.close()
        raise
    return Store(database)
