/// The kinds of road sign that are drawn, in the order of their names, which is that of their class indices. The forms
/// follow the Vienna Convention on Road Signs and Signals, Annex 1.
enum SignKind: String, CaseIterable {
  case children
  case giveWay = "give-way"
  case noEntry = "no-entry"
  case noOvertaking = "no-overtaking"
  case parking
  case pedestrianCrossing = "pedestrian-crossing"
  case priorityRoad = "priority-road"
  case roadworks
  case roundabout
  case speedLimit30 = "speed-limit-30"
  case speedLimit50 = "speed-limit-50"
  case speedLimit80 = "speed-limit-80"
  case stop
  case trafficLights = "traffic-lights"
  case turnLeft = "turn-left"
  case turnRight = "turn-right"
}
