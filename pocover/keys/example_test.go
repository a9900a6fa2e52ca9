package keys_test

import (
	"encoding/hex"
	"errors"
	"fmt"

	"github.com/depinproof/depinproof"
	"github.com/depinproof/depinproof/pocover/keys"
)

func ExampleKey_VerifySignature() {
	k, err := keys.ParseText("112jR8Rz5NkcxLEU1nDQFE9wsdXBuALWPdrFPGdgp3iKd16x2Dgg")
	if err != nil {
		panic(err)
	}
	message, err := hex.DecodeString("3897d0ac20dd1970d7798a254a8a31f4dd5cc57d2fe7b6422a0248b8080a80eac4281b6f63e206f12b8ef00b1b51c9de126e")
	if err != nil {
		panic(err)
	}
	signature, err := hex.DecodeString("304402206045990919be327650f78d3d5d1d077eb0ccb9f885063f0486b46577d2a6c8d1022012e306d481ee23dc6e76986e1c7558ca0c0848894a3941a9db58a73779bbd2a1")
	if err != nil {
		panic(err)
	}
	fmt.Println(k.Network(), k.Type(), k.VerifySignature(message, signature))

	message[0] ^= 1
	fmt.Println(errors.Is(k.VerifySignature(message, signature), depinproof.ErrInvalidProof))
	// Output:
	// mainnet ecc_compact <nil>
	// true
}

func ExampleParse() {
	// A report may have a byte behind an ed25519 key, which the network ignored.
	b, err := hex.DecodeString("01d43eac3443ecba454025ba474c754e2f6a4fc6ce506c88c486b684064cd8f8b9" + "00")
	if err != nil {
		panic(err)
	}
	k, err := keys.Parse(b)
	fmt.Println(k, err)
	_, err = keys.ParseStrict(b)
	fmt.Println(err)
	// Output:
	// 14ZDgkXHUoM6HLVY33AJsSgep8ufYmMb991AXvud5oTkPm8wTH4 <nil>
	// keys.ParseStrict: malformed input: not the canonical form of the key
}

func ExampleNewMultisig() {
	var members []*keys.Key
	for _, s := range []string{
		"14ZDgkXHUoM6HLVY33AJsSgep8ufYmMb991AXvud5oTkPm8wTH4",
		"112jR8Rz5NkcxLEU1nDQFE9wsdXBuALWPdrFPGdgp3iKd16x2Dgg",
	} {
		k, err := keys.ParseTextStrict(s)
		if err != nil {
			panic(err)
		}
		members = append(members, k)
	}
	k, err := keys.NewMultisig(2, members)
	fmt.Println(k, err)
	// Output:
	// 1SYJnDnf3AvyRuSfkzLhLm9mbXGuJBASA6KhgFGJt9h6f8ARJnU2kTpr <nil>
}
