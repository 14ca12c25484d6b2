"""Train the demo fleet from seeds: tokenizer, corpus, models, GGUF files and their manifest."""
