"""The sections of reports, each made from a snapshot alone."""
