"""Citizens without an account: identity and telephone numbers, a slip's secret, who counts as one visitor."""
