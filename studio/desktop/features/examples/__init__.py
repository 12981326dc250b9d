"""The ladder: what one value of a task does to a picture, in a row of small examples to choose from."""
