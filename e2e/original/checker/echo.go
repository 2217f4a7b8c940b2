package main

import (
	"context"
	"encoding/base64"
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	_ "google.golang.org/grpc/encoding/gzip"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"
)

// echo serves test.Echo with grpc-go and etcd's limit of a request: what the conformance set expects is what this does.
// It prints its address and ends when its input does.
func echo(args []string) error {
	flags := flag.NewFlagSet("echo", flag.ContinueOnError)
	if err := flags.Parse(args); err != nil {
		return err
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	server := grpc.NewServer(grpc.ForceServerCodec(rawCodec{}), grpc.MaxRecvMsgSize(2<<20))
	server.RegisterService(&echoService, nil)
	go func() { _ = server.Serve(listener) }()
	fmt.Println(listener.Addr())
	_, _ = io.Copy(io.Discard, os.Stdin)
	server.Stop()
	return nil
}

var echoService = grpc.ServiceDesc{
	ServiceName: "test.Echo",
	HandlerType: (*any)(nil),
	Methods: []grpc.MethodDesc{
		unary("Unary", func(_ context.Context, request string) (string, error) { return request, nil }),
		unary("UnaryElsewhere", func(_ context.Context, request string) (string, error) { return request, nil }),
		unary("Fail", failAsAsked),
		unary("Metadata", allMetadata),
		unary("Big", func(_ context.Context, request string) (string, error) {
			size, err := strconv.Atoi(request)
			return string(make([]byte, size)), err
		}),
		unary("Deadline", func(ctx context.Context, _ string) (string, error) {
			deadline, _ := ctx.Deadline()
			return strconv.FormatInt(time.Until(deadline).Nanoseconds(), 10), nil
		}),
	},
	Streams: []grpc.StreamDesc{
		{StreamName: "Join", Handler: join, ClientStreams: true},
		{StreamName: "Repeat", Handler: repeat, ServerStreams: true},
		{StreamName: "FailLate", Handler: failLate, ServerStreams: true},
		{StreamName: "Chat", Handler: chat, ClientStreams: true, ServerStreams: true},
		{StreamName: "Hang", Handler: hang, ClientStreams: true, ServerStreams: true},
	},
}

func unary(name string, answer func(ctx context.Context, request string) (string, error)) grpc.MethodDesc {
	return grpc.MethodDesc{MethodName: name, Handler: func(
		_ any, ctx context.Context, decode func(any) error, _ grpc.UnaryServerInterceptor) (any, error) {
		var request []byte
		if err := decode(&request); err != nil {
			return nil, err
		}
		text, err := answer(ctx, string(request))
		bytes := []byte(text)
		return &bytes, err
	}}
}

// failAsAsked is asked with "code message".
func failAsAsked(ctx context.Context, request string) (string, error) {
	number, text, _ := strings.Cut(request, " ")
	code, err := strconv.Atoi(number)
	if err != nil {
		return "", err
	}
	if err := grpc.SetTrailer(ctx, metadata.Pairs("why", "asked", "raw-bin", string([]byte{0, 1, 0xff}))); err != nil {
		return "", err
	}
	return "", status.Error(codes.Code(code), text)
}

func allMetadata(ctx context.Context, _ string) (string, error) {
	var lines []string
	sent, _ := metadata.FromIncomingContext(ctx)
	for name, values := range sent {
		for _, value := range values {
			if strings.HasSuffix(name, "-bin") {
				value = base64.RawStdEncoding.EncodeToString([]byte(value))
			}
			lines = append(lines, name+"="+value+"\n")
		}
	}
	slices.Sort(lines)
	return strings.Join(lines, ""), nil
}

func receive(stream grpc.ServerStream) (string, error) {
	var message []byte
	err := stream.RecvMsg(&message)
	return string(message), err
}

func send(stream grpc.ServerStream, text string) error {
	bytes := []byte(text)
	return stream.SendMsg(&bytes)
}

func join(_ any, stream grpc.ServerStream) error {
	count, size := 0, 0
	for {
		message, err := receive(stream)
		if errors.Is(err, io.EOF) {
			return send(stream, fmt.Sprintf("%d %d", count, size))
		}
		if err != nil {
			return err
		}
		count, size = count+1, size+len(message)
	}
}

// repeat is asked with "count size".
func repeat(_ any, stream grpc.ServerStream) error {
	request, err := receive(stream)
	if err != nil {
		return err
	}
	var count, size int
	if _, err := fmt.Sscanf(request, "%d %d", &count, &size); err != nil {
		return err
	}
	for range count {
		if err := send(stream, string(make([]byte, size))); err != nil {
			return err
		}
	}
	return nil
}

func failLate(_ any, stream grpc.ServerStream) error {
	request, err := receive(stream)
	if err == nil {
		err = send(stream, request)
	}
	if err != nil {
		return err
	}
	return status.Error(codes.DataLoss, "after one")
}

func chat(_ any, stream grpc.ServerStream) error {
	for {
		message, err := receive(stream)
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err == nil {
			err = send(stream, message)
		}
		if err != nil {
			return err
		}
	}
}

// hang answers the first message, and then nothing any more.
func hang(_ any, stream grpc.ServerStream) error {
	message, err := receive(stream)
	if err == nil {
		err = send(stream, message)
	}
	if err != nil {
		return err
	}
	<-stream.Context().Done()
	return status.FromContextError(stream.Context().Err()).Err()
}
