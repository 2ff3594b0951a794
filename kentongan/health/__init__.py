"""The health of sources: what is to be expected of each, and what is wrong with it.

Pure: crawls and moments in, findings out. Leaves keeping alarms to `store.alarms`, asking the
record to `pipeline.health`, and wording for people to `webui`.
"""
