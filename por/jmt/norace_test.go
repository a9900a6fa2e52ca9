//go:build !race

package jmt_test

const raceEnabled = false
