"""Steps of the server's tables, one a version, each frozen when it was released."""
