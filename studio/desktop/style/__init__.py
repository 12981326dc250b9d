"""How everything looks and is worded: theme, languages, texts for labels."""
