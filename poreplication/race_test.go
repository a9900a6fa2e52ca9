//go:build race

package poreplication

const raceEnabled = true
