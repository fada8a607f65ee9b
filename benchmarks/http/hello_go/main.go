// SPDX-License-Identifier: Apache-2.0

// Go's net/http. Usage: hello_go PORT
package main

import (
	"net/http"
	"os"
)

func main() {
	hello := []byte("Hello, World!")
	four := make([]byte, 4096)
	http.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/plain")
		w.Write(hello)
	})
	http.HandleFunc("/4k", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/plain")
		w.Header().Set("Content-Length", "4096")
		w.Write(four)
	})
	panic(http.ListenAndServe(":"+os.Args[1], nil))
}
