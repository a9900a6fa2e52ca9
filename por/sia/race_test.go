//go:build race

package sia

const raceEnabled = true
