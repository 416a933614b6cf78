"""Ingestion on a Ray cluster: `reading` is this process's side, `driver` the process that speaks to the cluster, `tasks` what it does."""
