import CPlatform

ep_exit(EdgeNode.run())
