"""OpenAI's images API over the studio's tasks."""
