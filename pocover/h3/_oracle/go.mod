module github.com/depinproof/depinproof/pocover/h3/_oracle

go 1.26.8

require (
	github.com/depinproof/depinproof v0.0.0
	github.com/uber/h3-go/v4 v4.5.0
)

replace github.com/depinproof/depinproof => ../../..
