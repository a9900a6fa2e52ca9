//go:build !race

package sia

const raceEnabled = false
