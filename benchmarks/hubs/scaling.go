// SPDX-License-Identifier: Apache-2.0

// Answers each request of HTTP with the same 64 KB of text, compressed anew, as Scaling.java does. Usage: scaling PORT
package main

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"net/http"
	"os"
	"strconv"
)

func text() []byte {
	var text bytes.Buffer
	n := uint64(1)
	for text.Len() < 65536 {
		n = n*6364136223846793005 + 1442695040888963407
		fmt.Fprintf(&text, "item %d\n", n>>40)
	}
	return text.Bytes()[:65536]
}

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: scaling PORT")
		os.Exit(2)
	}
	content := text()
	answer := func(w http.ResponseWriter, _ *http.Request) {
		var body bytes.Buffer
		z := gzip.NewWriter(&body)
		z.Write(content)
		z.Close()
		w.Header().Set("Content-Encoding", "gzip")
		w.Header().Set("Content-Length", strconv.Itoa(body.Len()))
		w.Write(body.Bytes())
	}
	err := http.ListenAndServe("127.0.0.1:"+os.Args[1], http.HandlerFunc(answer))
	fmt.Fprintln(os.Stderr, err)
	os.Exit(1)
}
