package differ

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"io"

	pb "go.etcd.io/etcd/api/v3/etcdserverpb"
)

const pieceBytes = 32 * 1024

// snapshot reads the whole database and says what is the same on all servers: the size of the pieces, that what remains
// is counted down, and the checksum at the end (spec/api.md 11).
func (s *side) snapshot(md []string) (string, error) {
	stream, cancel, err := s.stream(maintenance+"Snapshot", md)
	if err != nil {
		return "", err
	}
	defer cancel()
	if err := stream.SendMsg([]byte{}); err != nil {
		return "", err
	}
	if err := stream.CloseSend(); err != nil {
		return "", err
	}
	var pieces []*pb.SnapshotResponse
	for {
		var data []byte
		if err := stream.RecvMsg(&data); err == io.EOF {
			break
		} else if err != nil {
			return "", err
		}
		piece := &pb.SnapshotResponse{}
		if err := piece.Unmarshal(data); err != nil {
			return "", err
		}
		pieces = append(pieces, piece)
	}
	if len(pieces) < 2 {
		return fmt.Sprintf("%d pieces", len(pieces)), nil
	}
	digest := sha256.New()
	content, checksum := pieces[:len(pieces)-1], pieces[len(pieces)-1]
	for i, piece := range content {
		digest.Write(piece.Blob)
		if i > 0 && piece.RemainingBytes+uint64(len(piece.Blob)) != content[i-1].RemainingBytes {
			return "", fmt.Errorf("%d bytes to come, then a piece of %d and %d to come", content[i-1].RemainingBytes, len(piece.Blob), piece.RemainingBytes)
		}
		if len(piece.Blob) != pieceBytes && i < len(content)-1 {
			return "", fmt.Errorf("a piece of %d bytes with %d to come", len(piece.Blob), piece.RemainingBytes)
		}
		if piece.Version != checksum.Version || piece.Header != nil {
			return "", fmt.Errorf("version %q header {%v}", piece.Version, piece.Header)
		}
	}
	return fmt.Sprintf("version %s, header {%v}, %d and %d to come at the end, checksum right %t", checksum.Version, checksum.Header,
		content[len(content)-1].RemainingBytes, checksum.RemainingBytes, bytes.Equal(digest.Sum(nil), checksum.Blob)), nil
}
