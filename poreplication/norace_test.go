//go:build !race

package poreplication

const raceEnabled = false
