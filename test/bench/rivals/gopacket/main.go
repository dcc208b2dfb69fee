// bench: the rival in Go: gopacket's decoders over a pcap file, and a map of flows with packets and bytes each way.
package main

import (
	"bufio"
	"fmt"
	"io"
	"os"

	"github.com/google/gopacket"
	"github.com/google/gopacket/layers"
	"github.com/google/gopacket/pcapgo"
)

type key struct {
	network, transport gopacket.Flow
}

type flow struct {
	packets, bytes [2]uint64
}

func main() {
	file, err := os.Open(os.Args[1])
	if err != nil {
		panic(err)
	}
	reader, err := pcapgo.NewReader(bufio.NewReaderSize(file, 1<<20))
	if err != nil {
		panic(err)
	}
	var ethernet layers.Ethernet
	var ip4 layers.IPv4
	var ip6 layers.IPv6
	var tcp layers.TCP
	var udp layers.UDP
	parser := gopacket.NewDecodingLayerParser(layers.LayerTypeEthernet, &ethernet, &ip4, &ip6, &tcp, &udp)
	parser.IgnoreUnsupported = true
	decoded := make([]gopacket.LayerType, 0, 8)
	flows := make(map[key]*flow)
	packets := 0
	for {
		data, info, err := reader.ZeroCopyReadPacketData()
		if err == io.EOF {
			break
		}
		if err != nil {
			panic(err)
		}
		packets++
		if parser.DecodeLayers(data, &decoded) != nil {
			continue
		}
		var k key
		for _, layer := range decoded {
			switch layer {
			case layers.LayerTypeIPv4:
				k.network = ip4.NetworkFlow()
			case layers.LayerTypeIPv6:
				k.network = ip6.NetworkFlow()
			case layers.LayerTypeTCP:
				k.transport = tcp.TransportFlow()
			case layers.LayerTypeUDP:
				k.transport = udp.TransportFlow()
			}
		}
		direction := 0
		f := flows[k]
		if f == nil {
			back := key{k.network.Reverse(), k.transport.Reverse()}
			if f = flows[back]; f != nil {
				direction = 1
			} else {
				f = &flow{}
				flows[k] = f
			}
		}
		f.packets[direction]++
		f.bytes[direction] += uint64(info.Length)
	}
	fmt.Println(packets, "packets,", len(flows), "flows")
}
