// Package ports finds ports for servers under test.
package ports

import (
	"fmt"
	"math/rand"
	"net"
)

// Free is below those that the kernel gives to outgoing connections, which come and go by the thousand: a server that
// is started again finds it free. Those below 24,000 belong to the tests in Java.
func Free() int {
	for {
		port := 24_000 + rand.Intn(8_000)
		listener, err := net.Listen("tcp", fmt.Sprintf("127.0.0.1:%d", port))
		if err == nil {
			listener.Close()
			return port
		}
	}
}
