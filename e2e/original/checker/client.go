package main

import (
	"context"
	"math"
	"time"

	clientv3 "go.etcd.io/etcd/client/v3"
	"go.uber.org/zap"
)

// requestLimit bounds every single request of a check; generous, since the machine may be busy with others.
const requestLimit = 30 * time.Second

func connect(endpoint string) (*clientv3.Client, error) { return connectAs(endpoint, "", "") }

// connectAs logs a user in; the empty name stands for nobody.
func connectAs(endpoint, user, password string) (*clientv3.Client, error) {
	return clientv3.New(clientv3.Config{
		Username:           user,
		Password:           password,
		Endpoints:          []string{endpoint},
		DialTimeout:        requestLimit,
		MaxCallSendMsgSize: 64 << 20,
		MaxCallRecvMsgSize: math.MaxInt32,
		Logger:             zap.NewNop(),
	})
}

func limited() (context.Context, context.CancelFunc) {
	return context.WithTimeout(context.Background(), requestLimit)
}
