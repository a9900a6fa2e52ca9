//go:build !race

package arweave

const raceEnabled = false
