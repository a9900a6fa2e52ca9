//go:build race

package pocover

const raceEnabled = true
