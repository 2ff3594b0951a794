"""Scrapy's settings for one source, all that matter to safety and manners written out.

Nothing here is read from the environment: `kentongan.settings` was, once, by `cli`.
"""

from typing import Any

from crawler.guard import ALLOW_LOOPBACK_SETTING
from crawler.source_file import SourceFile
from kentongan import __version__
from kentongan.settings import Settings

MAX_BODY_BYTES = 8 * 1024 * 1024
CACHE_FOLDER = "crawl"
ROBOTS_NAME = "Kentongan"


def user_agent(contact: str) -> str:
    """Return who we say we are: name, version and whom to write to."""
    return f"{ROBOTS_NAME}/{__version__} (+{contact})"


def process_settings(settings: Settings) -> dict[str, Any]:
    """Return what holds for every source of a process."""
    return {
        "BOT_NAME": "kentongan",
        "USER_AGENT": user_agent(settings.contact),
        "ROBOTSTXT_OBEY": True,  # by crawler.robots
        "ROBOTSTXT_USER_AGENT": ROBOTS_NAME,
        "DEFAULT_REQUEST_HEADERS": {
            "Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
            "Accept-Language": "id,en;q=0.5",
            # Always ask again, with validators: a silent edit must not hide behind a cache.
            "Cache-Control": "max-age=0",
        },
        "COOKIES_ENABLED": False,
        "REFERER_ENABLED": True,
        "REFERRER_POLICY": "no-referrer",
        "HTTPPROXY_ENABLED": False,  # behind a proxy the guard could not see the address connected to
        "METAREFRESH_ENABLED": False,
        "REDIRECT_MAX_TIMES": 5,  # RFC 9309, 2.3.1.2: at least five for robots.txt
        "DOWNLOAD_VERIFY_CERTIFICATES": True,
        # For a whole answer, from connecting to its last byte; turnbackhoax.id is slow.
        "DOWNLOAD_TIMEOUT": 45,
        "DOWNLOAD_MAXSIZE": MAX_BODY_BYTES,
        "DOWNLOAD_WARNSIZE": MAX_BODY_BYTES,
        "DOWNLOAD_HANDLERS": {
            "data": None,
            "file": None,
            "s3": None,
            "ftp": None,
            "http": "crawler.download.BoundedDownload",
            "https": "crawler.download.BoundedDownload",
        },
        "DNS_TIMEOUT": 15,
        "TWISTED_DNS_RESOLVER": "crawler.guard.GuardedResolver",
        ALLOW_LOOPBACK_SETTING: settings.allow_loopback,
        "CONCURRENT_REQUESTS": 8,
        "CONCURRENT_ITEMS": 8,
        "DEPTH_LIMIT": 12,  # two sitemaps, an article, and nine more parts of it
        "URLLENGTH_LIMIT": 2000,
        "RETRY_TIMES": 2,  # after 429 and 503 not before `crawler.pace` lets them
        "RETRY_HTTP_CODES": [429, 500, 502, 503, 504, 522, 524],
        "RETRY_GIVE_UP_LOG_LEVEL": "INFO",
        "HTTPCACHE_ENABLED": True,
        "HTTPCACHE_DIR": str(settings.home / CACHE_FOLDER),
        "HTTPCACHE_STORAGE": "crawler.http_cache.SqliteCacheStorage",
        "HTTPCACHE_POLICY": "crawler.http_cache.OnlyUnchanged",
        "TELNETCONSOLE_ENABLED": False,
        "REMOTE_CONTROL_ENABLED": False,
        "EXTENSIONS": {  # off, and not even imported
            "scrapy.extensions.telnet.TelnetConsole": None,
            "scrapy.extensions.remote_control.RemoteControl": None,
            "scrapy.extensions.feedexport.FeedExporter": None,
            "scrapy.extensions.memusage.MemoryUsage": None,
            "scrapy.extensions.memdebug.MemoryDebugger": None,
            "scrapy.extensions.spiderstate.SpiderState": None,
        },
        "STATS_DUMP": False,
        "LOGSTATS_INTERVAL": 0,
        "LOG_LEVEL": "WARNING",
        "LOG_INSTALL_ROOT_HANDLER": False,  # the process that runs us owns logging
        "DOWNLOADER_MIDDLEWARES": {
            "crawler.middlewares.Guard": 10,
            "scrapy.downloadermiddlewares.offsite.OffsiteMiddleware": None,
            "scrapy.downloadermiddlewares.robotstxt.RobotsTxtMiddleware": None,
            "crawler.robots.RobotsTxt": 100,
            "scrapy.downloadermiddlewares.httpcache.HttpCacheMiddleware": None,
            "crawler.http_cache.Validation": 900,
            "crawler.middlewares.Diary": 950,
            "crawler.pace.HostPace": 960,
            "scrapy.downloadermiddlewares.stats.DownloaderStats": 970,  # counts what goes out
        },
        "SPIDER_MIDDLEWARES": {"crawler.middlewares.SpiderErrors": 10},
        "ITEM_PIPELINES": {"crawler.pipelines.KeepEvidence": 100, "crawler.pipelines.SaveProduct": 200},
        "DEFAULT_DROPITEM_LOG_LEVEL": "INFO",
    }


def source_settings(settings: Settings, source: SourceFile) -> dict[str, Any]:
    """Return the process settings with one source's pace added.

    One request at a time with the source's delay; only loopback sites may have none.
    """
    patient = source.delay_seconds > 0
    return process_settings(settings) | {
        "DOWNLOAD_DELAY": source.delay_seconds,
        "DOWNLOAD_DELAY_JITTER": 0.0,  # of half a minute less would be no minute; throttling only adds
        "CONCURRENT_REQUESTS_PER_DOMAIN": 1 if patient else 4,
        "AUTOTHROTTLE_ENABLED": patient,
        "AUTOTHROTTLE_START_DELAY": source.delay_seconds,
        "AUTOTHROTTLE_MAX_DELAY": 120.0,
        "AUTOTHROTTLE_TARGET_CONCURRENCY": 1.0,
    }
