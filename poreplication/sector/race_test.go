//go:build race

package sector

const raceEnabled = true
