package main

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"flag"
	"io"
	"math"
	"os"
	"strings"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/encoding/gzip"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"
)

// conformanceCase is a call of ConformanceTest's set. A message is a text, or a number: that many zeros.
type conformanceCase struct {
	Kind          string
	Method        string
	Requests      []any
	Gzip          bool
	TimeoutMillis int
	Metadata      map[string]string
	CancelAfter   int // answers after which the client cancels; 0: never
}

type conformanceResult struct {
	Messages []any             `json:"messages"`
	Code     int               `json:"code"`
	Message  string            `json:"message"`
	Trailers map[string]string `json:"trailers"`
}

// conformance makes each call of a set with grpc-go, and prints how they ended.
func conformance(args []string) error {
	flags := flag.NewFlagSet("conformance", flag.ContinueOnError)
	target := flags.String("target", "", "host:port")
	file := flags.String("cases", "", "JSON file")
	if err := flags.Parse(args); err != nil {
		return err
	}
	text, err := os.ReadFile(*file)
	if err != nil {
		return err
	}
	var cases []conformanceCase
	if err := json.Unmarshal(text, &cases); err != nil {
		return err
	}
	connection, err := grpc.NewClient(*target, grpc.WithTransportCredentials(insecure.NewCredentials()),
		grpc.WithDefaultCallOptions(grpc.ForceCodec(rawCodec{}), grpc.MaxCallRecvMsgSize(math.MaxInt32)))
	if err != nil {
		return err
	}
	defer connection.Close()
	results := []conformanceResult{}
	for _, c := range cases {
		results = append(results, c.call(connection))
	}
	return printJSON(results)
}

func (c conformanceCase) call(connection *grpc.ClientConn) conformanceResult {
	timeout := time.Minute
	if c.TimeoutMillis > 0 {
		timeout = time.Duration(c.TimeoutMillis) * time.Millisecond
	}
	ctx, cancel := context.WithTimeout(context.Background(), timeout)
	defer cancel()
	for name, value := range c.Metadata {
		if strings.HasSuffix(name, "-bin") {
			raw, _ := base64.StdEncoding.DecodeString(value)
			value = string(raw)
		}
		ctx = metadata.AppendToOutgoingContext(ctx, name, value)
	}
	var trailers metadata.MD
	options := []grpc.CallOption{grpc.Trailer(&trailers)}
	if c.Gzip {
		options = append(options, grpc.UseCompressor(gzip.Name))
	}
	messages, err := c.exchange(ctx, cancel, connection, options)
	result := conformanceResult{messages, int(status.Code(err)), "", map[string]string{}}
	if err != nil {
		result.Message = status.Convert(err).Message()
	}
	for name, values := range trailers {
		value := values[0]
		if strings.HasSuffix(name, "-bin") {
			value = base64.StdEncoding.EncodeToString([]byte(value))
		}
		result.Trailers[name] = value
	}
	return result
}

func (c conformanceCase) exchange(
	ctx context.Context, cancel func(), connection *grpc.ClientConn, options []grpc.CallOption) ([]any, error) {
	messages := []any{}
	if c.Kind == "unary" {
		request, answer := messageBytes(c.Requests[0]), []byte{}
		err := connection.Invoke(ctx, c.Method, &request, &answer, options...)
		if err == nil {
			messages = append(messages, messageOf(answer))
		}
		return messages, err
	}
	description := &grpc.StreamDesc{ClientStreams: c.Kind != "server", ServerStreams: c.Kind != "client"}
	stream, err := connection.NewStream(ctx, description, c.Method, options...)
	if err != nil {
		return messages, err
	}
	go func() {
		for _, r := range c.Requests {
			request := messageBytes(r)
			if stream.SendMsg(&request) != nil {
				return
			}
		}
		if c.CancelAfter == 0 {
			_ = stream.CloseSend()
		}
	}()
	for {
		var answer []byte
		err := stream.RecvMsg(&answer)
		if errors.Is(err, io.EOF) {
			return messages, nil
		}
		if err != nil {
			return messages, err
		}
		messages = append(messages, messageOf(answer))
		if len(messages) == c.CancelAfter {
			cancel()
		}
		if c.Kind == "client" {
			return messages, nil
		}
	}
}

func messageBytes(m any) []byte {
	if size, ok := m.(float64); ok {
		return make([]byte, int(size))
	}
	return []byte(m.(string))
}

func messageOf(answer []byte) any {
	if len(bytes.Trim(answer, "\x00")) == 0 {
		return len(answer)
	}
	return string(answer)
}
