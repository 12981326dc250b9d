"""The studio's own API: tasks, jobs, the library, files."""
