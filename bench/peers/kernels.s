//go:build amd64 && !purego

// Go lets functions have no body in packages with assembly only.
