package main

import (
	"bufio"
	"flag"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"time"
)

// connections opens many at once, asks on each, and asks each again when all are open.
func connections(args []string) error {
	flags := flag.NewFlagSet("connections", flag.ContinueOnError)
	endpoint := flags.String("endpoint", "http://127.0.0.1:2379", "")
	count := flags.Int("count", 1000, "")
	if err := flags.Parse(args); err != nil {
		return err
	}
	address := strings.TrimPrefix(*endpoint, "http://")
	var open []net.Conn
	defer func() {
		for _, connection := range open {
			connection.Close()
		}
	}()
	for i := range *count {
		connection, err := net.DialTimeout("tcp", address, requestLimit)
		if err != nil {
			return fmt.Errorf("connection %d: %w", i, err)
		}
		open = append(open, connection)
		if err := askVersion(connection); err != nil {
			return fmt.Errorf("connection %d: %w", i, err)
		}
	}
	for i, connection := range open {
		if err := askVersion(connection); err != nil {
			return fmt.Errorf("connection %d, again: %w", i, err)
		}
	}
	fmt.Printf("%d connections, each asked twice\n", len(open))
	return nil
}

func askVersion(connection net.Conn) error {
	if err := connection.SetDeadline(time.Now().Add(requestLimit)); err != nil {
		return err
	}
	if _, err := io.WriteString(connection, "GET /version HTTP/1.1\r\nHost: localhost\r\n\r\n"); err != nil {
		return err
	}
	answer, err := http.ReadResponse(bufio.NewReaderSize(connection, 512), nil)
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	_, err = io.Copy(io.Discard, answer.Body)
	if err == nil && answer.StatusCode != http.StatusOK {
		err = fmt.Errorf("status %s", answer.Status)
	}
	return err
}
