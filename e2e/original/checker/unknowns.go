package main

import (
	"flag"
	"fmt"
	"path/filepath"

	pb "go.etcd.io/etcd/api/v3/etcdserverpb"
	"go.etcd.io/etcd/server/v3/storage/wal"
	"go.etcd.io/etcd/server/v3/storage/wal/walpb"
	"go.etcd.io/raft/v3/raftpb"
	"go.uber.org/zap"
	"google.golang.org/grpc"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/encoding/protowire"
)

// raw is a message put together field by field.
type raw []byte

func (m raw) number(field protowire.Number, value uint64) raw {
	return protowire.AppendVarint(protowire.AppendTag(m, field, protowire.VarintType), value)
}

func (m raw) bytes(field protowire.Number, value []byte) raw {
	return protowire.AppendBytes(protowire.AppendTag(m, field, protowire.BytesType), value)
}

func (m raw) text(field protowire.Number, value string) raw { return m.bytes(field, []byte(value)) }

// strange adds fields that no etcd knows, of every wire type, one of them twice.
func (m raw) strange() raw {
	m = m.number(701, 7)
	m = protowire.AppendFixed32(protowire.AppendTag(m, 702, protowire.Fixed32Type), 32)
	m = protowire.AppendFixed64(protowire.AppendTag(m, 703, protowire.Fixed64Type), 64)
	m = m.text(704, "later")
	m = protowire.AppendTag(m, 705, protowire.StartGroupType)
	m = m.number(1, 1)
	m = protowire.AppendTag(m, 705, protowire.EndGroupType)
	return m.number(701, 8)
}

// unknowns sends requests that hold, at every depth and on both sides of what is known, fields that are not; it prints
// how each ended.
func unknowns(args []string) error {
	flags := flag.NewFlagSet("unknowns", flag.ContinueOnError)
	endpoint := flags.String("endpoint", "http://127.0.0.1:2379", "")
	if err := flags.Parse(args); err != nil {
		return err
	}
	client, err := connect(*endpoint)
	if err != nil {
		return err
	}
	defer client.Close()
	put := raw{}.strange().text(1, "k").strange().text(2, "v").number(4, 1).strange()
	get := raw{}.text(1, "k").strange()
	compare := raw{}.strange().number(2, 0).text(3, "k").number(4, 1).strange()
	permission := raw{}.strange().number(1, 2).text(2, "k").strange()
	for _, request := range []struct {
		method  string
		message raw
	}{
		{"KV/Put", put},
		{"KV/Put", raw{}.text(2, "out of order").text(1, "k").text(2, "the last one counts").number(5, 0)},
		{"KV/Put", append(raw{0x0a, 0x81, 0x00, 'k', 0x20}, 5)},
		{"KV/Put", raw{}.text(1, "k").number(3, 0).text(2, "v").text(2, "")},
		{"KV/Txn", raw{}.bytes(1, raw{}.text(3, "k").number(4, 5).bytes(7, nil)).
			bytes(2, raw{}.bytes(1, get).bytes(2, put)).bytes(2, raw{}.bytes(2, raw{}.text(1, "l").number(4, 0)))},
		{"KV/Txn", raw{}.strange().bytes(1, compare).
			bytes(2, raw{}.strange().bytes(2, put).strange()).bytes(2, raw{}.bytes(1, get)).
			bytes(2, raw{}.bytes(4, raw{}.bytes(2, raw{}.bytes(3, raw{}.text(1, "gone").strange())).strange())).
			bytes(3, raw{}.bytes(1, get)).strange()},
		{"KV/DeleteRange", raw{}.strange().text(1, "k").strange()},
		{"KV/Compact", raw{}.strange().number(1, 2).strange()},
		{"Lease/LeaseGrant", raw{}.strange().number(1, 600).number(2, 77).strange()},
		{"Lease/LeaseRevoke", raw{}.strange().number(1, 77).strange()},
		{"Maintenance/Alarm", raw{}.strange().number(1, 2).number(2, 5).number(3, 1).strange()},
		{"Maintenance/Alarm", raw{}.number(1, 1<<32|2).number(2, 6).number(3, 1<<40|2)},
		{"Auth/RoleAdd", raw{}.strange().text(1, "r").strange()},
		{"Auth/RoleGrantPermission", raw{}.strange().text(1, "r").bytes(2, permission).strange()},
		{"Auth/RoleGrantPermission", raw{}.bytes(2, permission).text(1, "r").
			bytes(2, raw{}.number(1, 1<<32-1).text(3, "l").number(1, 1))},
		{"Auth/RoleRevokePermission", raw{}.strange().text(1, "r").text(2, "k").strange()},
		{"Auth/UserAdd", raw{}.strange().text(1, "u").bytes(3, raw{}.strange().number(1, 1).strange()).strange()},
		{"Auth/UserGrantRole", raw{}.strange().text(1, "u").text(2, "r").strange()},
		{"Auth/UserRevokeRole", raw{}.strange().text(1, "u").text(2, "r").strange()},
		{"Auth/UserDelete", raw{}.strange().text(1, "u").strange()},
		{"Auth/RoleDelete", raw{}.strange().text(1, "r").strange()},
		{"Auth/AuthDisable", raw{}.strange()},
	} {
		ctx, cancel := limited()
		message, answer := []byte(request.message), []byte{}
		err := client.ActiveConnection().Invoke(
			ctx, "/etcdserverpb."+request.method, &message, &answer, grpc.ForceCodec(rawCodec{}))
		cancel()
		fmt.Printf("%s: %v %s\n", request.method, status.Code(err), status.Convert(err).Message())
	}
	return nil
}

// logged prints what a stopped member's log has of its clients' requests: their bytes, without the header, which holds
// the number that the member gave them.
func logged(args []string) error {
	flags := flag.NewFlagSet("logged", flag.ContinueOnError)
	if err := flags.Parse(args); err != nil {
		return err
	}
	reader, err := wal.OpenForRead(zap.NewNop(), filepath.Join(flags.Arg(0), "member", "wal"), walpb.Snapshot{})
	if err != nil {
		return err
	}
	defer reader.Close()
	_, _, entries, err := reader.ReadAll()
	if err != nil {
		return err
	}
	for _, entry := range entries {
		if entry.Type != raftpb.EntryNormal || len(entry.Data) == 0 {
			continue
		}
		if kept, err := withoutHeader(entry.Data); err != nil {
			return err
		} else if kept != nil {
			fmt.Printf("%s %x\n", kind(entry), kept)
		}
	}
	return nil
}

const (
	idField     = 1
	headerField = 100
	// Beyond it the requests are the members' own.
	lastOfClients = 1299
)

// withoutHeader returns the fields of an InternalRaftRequest as they lie there, but for the header and the id; nothing
// for what no client asked for.
func withoutHeader(data []byte) ([]byte, error) {
	var known pb.InternalRaftRequest
	if err := known.Unmarshal(data); err != nil {
		return nil, err
	}
	var kept []byte
	for len(data) > 0 {
		number, _, length := protowire.ConsumeField(data)
		if length < 0 {
			return nil, protowire.ParseError(length)
		}
		if number > lastOfClients {
			return nil, nil
		}
		if number != headerField && number != idField {
			kept = append(kept, data[:length]...)
		}
		data = data[length:]
	}
	return kept, nil
}
