"""Evidence and rules in words: values become sentences only when somebody reads them."""
