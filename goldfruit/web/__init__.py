"""HTTP and nothing about fruit: problems, endpoints, OpenAPI, guard, pages."""
