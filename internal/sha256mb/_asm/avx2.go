package main

func avx2()  {}
func shani() {}
