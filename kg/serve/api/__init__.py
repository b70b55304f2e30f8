"""What programs ask and are told: saved queries, reconciliation, descriptions in RDF and OpenAPI, files of all."""
