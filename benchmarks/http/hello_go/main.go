// SPDX-License-Identifier: Apache-2.0

// Go's net/http. Usage: hello_go PORT DIRECTORY BACKEND
package main

import (
	"io"
	"net/http"
	"os"
)

func main() {
	hello := []byte("Hello, World!")
	http.DefaultTransport.(*http.Transport).MaxIdleConnsPerHost = 2000
	files := http.FileServer(http.Dir(os.Args[2]))
	http.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/" {
			files.ServeHTTP(w, r)
			return
		}
		w.Header().Set("Content-Type", "text/plain")
		w.Write(hello)
	})
	http.HandleFunc("/wait", func(w http.ResponseWriter, r *http.Request) {
		answer, err := http.Get("http://127.0.0.1:" + os.Args[3] + "/delay")
		if err != nil {
			http.Error(w, err.Error(), 502)
			return
		}
		defer answer.Body.Close()
		w.Header().Set("Content-Type", "text/plain")
		io.Copy(w, answer.Body)
	})
	panic(http.ListenAndServe(":"+os.Args[1], nil))
}
