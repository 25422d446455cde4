"""Sample data from the programmes' own publications: roles instead of persons, drawn photos, marked illustrations."""
