"""The graph over HTTP: SPARQL Protocol, pages, linked data. Queries run in workers that can be ended at any time."""
