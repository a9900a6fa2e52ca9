//go:build !race

package openzeppelin

const raceEnabled = false
