"""The HTTP front: OpenAI's images API and the studio's own, over the one queue and an engine process."""
